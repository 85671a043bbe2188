/**
 * Connection synchronisation between directors: the kernel's messages, versions 0 and 1, and the
 * way of their entries between workers and sync threads (ip_vs_sync.c).
 */
@NullMarked
package jvs.sync;

import org.jspecify.annotations.NullMarked;
