/** System calls through java.lang.foreign: sockets, rings, netlink. No C of ours. */
@NullMarked
package jvs.linux;

import org.jspecify.annotations.NullMarked;
