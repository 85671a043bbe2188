/** The texts of /proc/net/ip_vs*, made from what a director tells (ip_vs_ctl.c, ip_vs_conn.c). */
@NullMarked
package jvs.director.proc;

import org.jspecify.annotations.NullMarked;
