/**
 * {@code jvs exec}: unmodified programs that drive the kernel's IPVS drive a director instead.
 *
 * <p>Their system calls come here by seccomp user notification (seccomp_unotify(2)). This is
 * compatibility, not a sandbox.
 */
@NullMarked
package jvs.director.exec;

import org.jspecify.annotations.NullMarked;
