/**
 * AF_XDP: the director's frames leave the kernel before its stack sees them, everything else goes
 * on. Sockets, rings and the program in the kernel, all without a library.
 */
@NullMarked
package jvs.port.xdp;

import org.jspecify.annotations.NullMarked;
