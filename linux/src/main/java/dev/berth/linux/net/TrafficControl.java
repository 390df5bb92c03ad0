package dev.berth.linux.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Encodes queueing disciplines and filters (linux/pkt_sched.h, linux/pkt_cls.h). */
final class TrafficControl {
    private static final int RTM_NEWQDISC = 36;
    private static final int RTM_NEWTFILTER = 44;
    private static final int NLM_F_CREATE_EXCL_ACK = 0x604;
    private static final int TCA_KIND = 1;
    private static final int TCA_OPTIONS = 2;
    private static final int TCA_TBF_PARMS = 1;
    private static final int TCA_TBF_RATE64 = 4;
    private static final int TCA_U32_CLASSID = 1;
    private static final int TCA_U32_SEL = 5;
    private static final int TCA_U32_ACT = 7;
    private static final int FIRST_ACTION = 1;
    private static final int TCA_ACT_KIND = 1;
    private static final int TCA_ACT_OPTIONS = 2;
    private static final int TCA_MIRRED_PARMS = 2;

    private static final int ROOT = 0xffff_ffff;
    private static final int INGRESS = 0xffff_fff1;
    private static final int FIRST_HANDLE = 0x0001_0000;
    private static final int INGRESS_HANDLE = 0xffff_0000;
    private static final int FIRST_CLASS = 0x0001_0001;

    private TrafficControl() {}

    static void tokenBucket(RouteMessages messages, int link, TokenBucket bucket) {
        messages.begin("RTM_NEWQDISC(tbf on link " + link, RTM_NEWQDISC, NLM_F_CREATE_EXCL_ACK);
        messages.trafficHeader(link, FIRST_HANDLE, ROOT, 0);
        messages.text(TCA_KIND, "tbf");
        messages.nested(TCA_OPTIONS, () -> {
            messages.bytes(TCA_TBF_PARMS, parameters(bucket));
            if (bucket.rate() > 0xffff_ffffL) {
                messages.bytes(TCA_TBF_RATE64, buffer(8).putLong(bucket.rate()).array());
            }
        });
    }

    /** struct tc_tbf_qopt: the rate's and the peak rate's struct tc_ratespec, then limit, buffer and mtu. */
    private static byte[] parameters(TokenBucket bucket) {
        int rate = (int) Math.min(bucket.rate(), 0xffff_ffffL);
        return buffer(36)
                .putLong(0)
                .putInt(rate)
                .putLong(0)
                .putInt(0)
                .putInt((int) bucket.limit())
                .putInt(bucket.burstTicks())
                .putInt(0)
                .array();
    }

    static void redirectIncoming(RouteMessages messages, int link, int target) {
        messages.begin("RTM_NEWQDISC(ingress on link " + link, RTM_NEWQDISC, NLM_F_CREATE_EXCL_ACK);
        messages.trafficHeader(link, INGRESS_HANDLE, INGRESS, 0);
        messages.text(TCA_KIND, "ingress");
        messages.begin("RTM_NEWTFILTER(u32 on link " + link, RTM_NEWTFILTER, NLM_F_CREATE_EXCL_ACK);
        int everyProtocol = Short.toUnsignedInt(networkOrder((short) 3));
        messages.trafficHeader(link, 0, INGRESS_HANDLE, 1 << 16 | everyProtocol);
        messages.text(TCA_KIND, "u32");
        messages.nested(TCA_OPTIONS, () -> {
            messages.number(TCA_U32_CLASSID, FIRST_CLASS);
            messages.bytes(TCA_U32_SEL, everything());
            messages.nested(TCA_U32_ACT, () -> messages.nested(FIRST_ACTION, () -> redirect(messages, target)));
        });
    }

    /** struct tc_u32_sel that ends the search, with one struct tc_u32_key that matches all. */
    private static byte[] everything() {
        byte terminal = 1;
        byte keys = 1;
        return buffer(32).put(terminal).put((byte) 0).put(keys).array();
    }

    private static void redirect(RouteMessages messages, int target) {
        int stolen = 4;
        int redirectOut = 1;
        byte[] parameters = buffer(28)
                .putLong(0)
                .putInt(stolen)
                .putLong(0)
                .putInt(redirectOut)
                .putInt(target)
                .array();
        messages.text(TCA_ACT_KIND, "mirred");
        messages.nested(TCA_ACT_OPTIONS, () -> messages.bytes(TCA_MIRRED_PARMS, parameters));
    }

    private static short networkOrder(short value) {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Short.reverseBytes(value);
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    }
}
