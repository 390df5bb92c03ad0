package dev.berth.cgroup.resource;

import dev.berth.linux.ErrnoException;
import java.util.List;

/** One controller of one cgroup version: turns resources into writes of its files, in an order the kernel accepts. */
public interface Controller {
    /** Writes for the cgroup whose directory in this controller's hierarchy is given. */
    List<Write> writes(String directory, Resources resources) throws ErrnoException;

    /** Adds what the cgroup has, as {@link Cgroup#limits} tells it. */
    void read(String directory, Resources asked, ResourcesBuilder found) throws ErrnoException;
}
