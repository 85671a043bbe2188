/** Rules for firewall marks in the words of iptables, and {@code jvs mark}. */
@NullMarked
package jvs.director.mark;

import org.jspecify.annotations.NullMarked;
