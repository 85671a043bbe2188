/**
 * The kernel's own control interface of IPVS, spoken by bytes: the generic-netlink family "IPVS"
 * and the older socket options, both over {@link jvs.service.IpvsControl}.
 */
@NullMarked
package jvs.director.dropin;

import org.jspecify.annotations.NullMarked;
