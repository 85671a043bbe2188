/** The director as a daemon: real ports, the kernel's routes, the host kept out of the way. */
@NullMarked
package jvs.director.daemon;

import org.jspecify.annotations.NullMarked;
