package dev.berth.linux.net;

import java.net.Inet4Address;
import java.net.InetAddress;

/** Changes to links, addresses and routes of one namespace, sent to the kernel together and done in this order. */
public final class RouteBatch {
    private static final int RTM_NEWLINK = 16;
    private static final int RTM_DELLINK = 17;
    private static final int RTM_SETLINK = 19;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_DELADDR = 21;
    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_DELROUTE = 25;

    private static final int NLM_F_ACK = 4;
    private static final int NLM_F_CREATE_EXCL = 0x600;

    private static final int IFF_UP = 1;
    private static final int IFF_PROMISC = 0x100;
    private static final int IFF_ALLMULTI = 0x200;

    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_MASTER = 10;
    private static final int IFLA_TXQLEN = 13;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_AF_SPEC = 26;
    private static final int IFLA_NET_NS_FD = 28;
    private static final int IFLA_NUM_TX_QUEUES = 31;
    private static final int IFLA_NUM_RX_QUEUES = 32;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_DATA = 2;
    private static final int IFLA_INFO_SLAVE_KIND = 4;
    private static final int IFLA_INFO_SLAVE_DATA = 5;
    private static final int VETH_INFO_PEER = 1;
    private static final int IFLA_BR_VLAN_FILTERING = 7;
    private static final int IFLA_BRIDGE_VLAN_INFO = 2;
    private static final int BRIDGE_VLAN_INFO_PVID = 2;
    private static final int BRIDGE_VLAN_INFO_UNTAGGED = 4;
    private static final int IFLA_BRPORT_MODE = 4;
    private static final int IFLA_BRPORT_ISOLATED = 33;
    private static final int IFLA_INET6_ADDR_GEN_MODE = 8;
    private static final int ADDR_GEN_NONE = 1;
    private static final int NLA_F_NESTED = 0x8000;

    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_BROADCAST = 4;
    private static final int IFA_F_NODAD = 2;
    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PREFSRC = 7;
    private static final int RTA_METRICS = 8;
    private static final int RTA_TABLE = 15;
    private static final int RTAX_MTU = 2;
    private static final int RTAX_ADVMSS = 8;
    private static final int RTA_PRIORITY = 6;
    private static final int SCOPE_NOWHERE = 255;
    private static final int BY_ANYBODY = 0;
    private static final int BY_ADMINISTRATOR = 3;
    private static final int UNICAST = 1;
    /** The header's octet holds a table's number up to here; larger ones are in an attribute. */
    private static final int TABLE_OCTET = 255;

    private static final int AF_INET = 2;
    private static final int AF_BRIDGE = 7;
    private static final int AF_INET6 = 10;

    private final RouteMessages messages = new RouteMessages();

    RouteMessages messages() {
        return messages;
    }

    /** Makes a bridge, up, with a hardware address that stays when its ports change. */
    public RouteBatch bridge(String name, MacAddress mac, int mtu) {
        messages.begin("RTM_NEWLINK(bridge " + name, RTM_NEWLINK, NLM_F_CREATE_EXCL | NLM_F_ACK);
        messages.linkHeader(0, IFF_UP, IFF_UP);
        messages.text(IFLA_IFNAME, name);
        messages.bytes(IFLA_ADDRESS, mac.bytes());
        mtu(mtu);
        messages.nested(IFLA_LINKINFO, () -> messages.text(IFLA_INFO_KIND, "bridge"));
        return this;
    }

    /** Makes a veth pair whose inside end is born in its namespace: moving a link costs a grace period each time. */
    public RouteBatch veth(VethPair pair) {
        String subject = "RTM_NEWLINK(veth " + pair.outside() + " with " + pair.inside() + " in the pod";
        messages.begin(subject, RTM_NEWLINK, NLM_F_CREATE_EXCL | NLM_F_ACK);
        messages.linkHeader(0, IFF_UP, IFF_UP);
        messages.number(IFLA_MASTER, pair.bridge());
        end(pair.outside(), pair.outsideMac(), pair.mtu());
        messages.nested(IFLA_LINKINFO, () -> {
            messages.text(IFLA_INFO_KIND, "veth");
            messages.nested(IFLA_INFO_DATA, () -> messages.nested(VETH_INFO_PEER, () -> inside(pair)));
        });
        return this;
    }

    private void inside(VethPair pair) {
        messages.linkHeader(0, 0, 0);
        pair.netns().ifPresent(netns -> messages.number(IFLA_NET_NS_FD, netns.number()));
        end(pair.inside(), pair.insideMac(), pair.mtu());
    }

    private void end(String name, MacAddress mac, int mtu) {
        messages.text(IFLA_IFNAME, name);
        messages.bytes(IFLA_ADDRESS, mac.bytes());
        messages.number(IFLA_NUM_TX_QUEUES, 1);
        messages.number(IFLA_NUM_RX_QUEUES, 1);
        mtu(mtu);
    }

    private void mtu(int mtu) {
        if (mtu > 0) {
            messages.number(IFLA_MTU, mtu);
        }
    }

    /** Sets how a bridge treats one of its ports. */
    public RouteBatch bridgePort(String name, boolean hairpin, boolean isolated) {
        changeByName("port " + name, name, 0, 0);
        messages.nested(IFLA_LINKINFO, () -> {
            messages.text(IFLA_INFO_SLAVE_KIND, "bridge");
            messages.nested(IFLA_INFO_SLAVE_DATA, () -> {
                messages.octet(IFLA_BRPORT_MODE, hairpin ? 1 : 0);
                messages.octet(IFLA_BRPORT_ISOLATED, isolated ? 1 : 0);
            });
        });
        return this;
    }

    /** The kernel makes no link-local address for this link when it comes up: the next change gives it one. */
    public RouteBatch manualIpv6(String name) {
        changeByName("IPv6 of " + name, name, 0, 0);
        messages.nested(
                IFLA_AF_SPEC | NLA_F_NESTED,
                () -> messages.nested(
                        AF_INET6 | NLA_F_NESTED, () -> messages.octet(IFLA_INET6_ADDR_GEN_MODE, ADDR_GEN_NONE)));
        return this;
    }

    public RouteBatch up(String name) {
        changeByName("up " + name, name, IFF_UP, IFF_UP);
        return this;
    }

    public RouteBatch down(String name) {
        changeByName("down " + name, name, 0, IFF_UP);
        return this;
    }

    public RouteBatch promiscuous(String name, boolean on) {
        changeByName("promiscuous " + name, name, on ? IFF_PROMISC : 0, IFF_PROMISC);
        return this;
    }

    public RouteBatch allMulticast(String name, boolean on) {
        changeByName("allmulti " + name, name, on ? IFF_ALLMULTI : 0, IFF_ALLMULTI);
        return this;
    }

    public RouteBatch mtu(String name, int mtu) {
        changeByName("mtu " + mtu + " of " + name, name, 0, 0);
        messages.number(IFLA_MTU, mtu);
        return this;
    }

    public RouteBatch queueLength(String name, int packets) {
        changeByName("txqlen " + packets + " of " + name, name, 0, 0);
        messages.number(IFLA_TXQLEN, packets);
        return this;
    }

    public RouteBatch hardwareAddress(String name, MacAddress mac) {
        changeByName("address " + mac + " of " + name, name, 0, 0);
        messages.bytes(IFLA_ADDRESS, mac.bytes());
        return this;
    }

    /** Makes an intermediate functional block, up: what is redirected to it can be queued on its way in. */
    public RouteBatch ifb(String name, int mtu) {
        messages.begin("RTM_NEWLINK(ifb " + name, RTM_NEWLINK, NLM_F_CREATE_EXCL | NLM_F_ACK);
        messages.linkHeader(0, IFF_UP, IFF_UP);
        messages.text(IFLA_IFNAME, name);
        mtu(mtu);
        messages.nested(IFLA_LINKINFO, () -> messages.text(IFLA_INFO_KIND, "ifb"));
        return this;
    }

    /** Limits what a link sends. */
    public RouteBatch tokenBucket(int link, TokenBucket bucket) {
        TrafficControl.tokenBucket(messages, link, bucket);
        return this;
    }

    /** Sends all that comes in on one link out through another instead. */
    public RouteBatch redirectIncoming(int link, int target) {
        TrafficControl.redirectIncoming(messages, link, target);
        return this;
    }

    private void changeByName(String subject, String name, int flags, int change) {
        messages.begin("RTM_NEWLINK(" + subject, RTM_NEWLINK, NLM_F_ACK);
        messages.linkHeader(0, flags, change);
        messages.text(IFLA_IFNAME, name);
    }

    /** Takes tens of milliseconds: the kernel waits until nobody looks at the link any more. */
    public RouteBatch deleteLink(String name) {
        messages.begin("RTM_DELLINK(" + name, RTM_DELLINK, NLM_F_ACK);
        messages.linkHeader(0, 0, 0);
        messages.text(IFLA_IFNAME, name);
        return this;
    }

    /** Makes a bridge tell its ports' VLANs apart. */
    public RouteBatch vlanFiltering(String bridge) {
        changeByName("vlan filtering of " + bridge, bridge, 0, 0);
        messages.nested(IFLA_LINKINFO, () -> {
            messages.text(IFLA_INFO_KIND, "bridge");
            messages.nested(IFLA_INFO_DATA, () -> messages.octet(IFLA_BR_VLAN_FILTERING, 1));
        });
        return this;
    }

    /** Puts a port into a VLAN: as the one of its untagged packets, or for packets with that tag. */
    public RouteBatch portVlan(int port, int vlan, boolean untagged) {
        messages.begin("RTM_SETLINK(vlan " + vlan + " of port " + port, RTM_SETLINK, NLM_F_ACK);
        portVlan(port, vlan, untagged ? BRIDGE_VLAN_INFO_PVID | BRIDGE_VLAN_INFO_UNTAGGED : 0);
        return this;
    }

    public RouteBatch deletePortVlan(int port, int vlan) {
        messages.begin("RTM_DELLINK(vlan " + vlan + " of port " + port, RTM_DELLINK, NLM_F_ACK);
        portVlan(port, vlan, 0);
        return this;
    }

    /** struct bridge_vlan_info, two octets each. */
    private void portVlan(int port, int vlan, int flags) {
        messages.linkHeader(AF_BRIDGE, port, 0, 0);
        messages.nested(IFLA_AF_SPEC, () -> messages.shortNumbers(IFLA_BRIDGE_VLAN_INFO, flags, vlan));
    }

    /** Gives an interface an address; an IPv6 one is usable at once, without duplicate address detection. */
    public RouteBatch address(LinkAddress address) {
        boolean linkLocal = address.address().isLinkLocalAddress() && !ipv4(address.address());
        messages.begin("RTM_NEWADDR(" + address, RTM_NEWADDR, NLM_F_CREATE_EXCL | NLM_F_ACK);
        messages.addressHeader(
                family(address.address()),
                address.prefix(),
                ipv4(address.address()) ? 0 : IFA_F_NODAD,
                linkLocal ? Route.SCOPE_LINK : Route.SCOPE_UNIVERSE,
                address.link());
        byte[] raw = address.address().getAddress();
        messages.bytes(IFA_LOCAL, raw);
        messages.bytes(IFA_ADDRESS, raw);
        if (ipv4(address.address()) && address.prefix() < 31) {
            messages.bytes(IFA_BROADCAST, broadcast(raw, address.prefix()));
        }
        return this;
    }

    private static byte[] broadcast(byte[] address, int prefix) {
        byte[] last = address.clone();
        for (int bit = prefix; bit < 32; bit++) {
            last[bit / 8] |= (byte) (0x80 >> (bit % 8));
        }
        return last;
    }

    public RouteBatch deleteAddress(LinkAddress address) {
        messages.begin("RTM_DELADDR(" + address, RTM_DELADDR, NLM_F_ACK);
        messages.addressHeader(family(address.address()), address.prefix(), 0, 0, address.link());
        messages.bytes(IFA_LOCAL, address.address().getAddress());
        return this;
    }

    public RouteBatch route(Route route) {
        messages.begin("RTM_NEWROUTE(" + route, RTM_NEWROUTE, NLM_F_CREATE_EXCL | NLM_F_ACK);
        int table = route.table() > TABLE_OCTET ? 0 : route.table();
        messages.routeHeader(
                family(route.destination()), route.prefix(), table, route.scope(), BY_ADMINISTRATOR, UNICAST);
        destination(route.destination(), route.prefix());
        route.gateway().ifPresent(gateway -> messages.bytes(RTA_GATEWAY, gateway.getAddress()));
        route.source().ifPresent(source -> messages.bytes(RTA_PREFSRC, source.getAddress()));
        messages.number(RTA_OIF, route.link());
        nonZero(RTA_TABLE, route.table() > TABLE_OCTET ? route.table() : 0);
        nonZero(RTA_PRIORITY, route.metric());
        if (route.mtu() > 0 || route.advertisedMss() > 0) {
            messages.nested(RTA_METRICS, () -> {
                nonZero(RTAX_MTU, route.mtu());
                nonZero(RTAX_ADVMSS, route.advertisedMss());
            });
        }
        return this;
    }

    /** Removes the route that the kernel made for an address's subnet. */
    public RouteBatch deleteSubnetRoute(InetAddress subnet, int prefix, int link) {
        messages.begin("RTM_DELROUTE(" + subnet + "/" + prefix, RTM_DELROUTE, NLM_F_ACK);
        messages.routeHeader(family(subnet), prefix, Route.MAIN_TABLE, SCOPE_NOWHERE, BY_ANYBODY, UNICAST);
        destination(subnet, prefix);
        messages.number(RTA_OIF, link);
        return this;
    }

    private void destination(InetAddress destination, int prefix) {
        if (prefix > 0) {
            messages.bytes(RTA_DST, destination.getAddress());
        }
    }

    private void nonZero(int attribute, int value) {
        if (value > 0) {
            messages.number(attribute, value);
        }
    }

    private static boolean ipv4(InetAddress address) {
        return address instanceof Inet4Address;
    }

    static int family(InetAddress address) {
        return ipv4(address) ? AF_INET : AF_INET6;
    }
}
