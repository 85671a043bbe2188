/**
 * The live services and servers as the kernel keeps them: checks, edits, trash, schedulers' states,
 * rates (ip_vs_ctl.c, ip_vs_est.c).
 */
@NullMarked
package jvs.table;

import org.jspecify.annotations.NullMarked;
