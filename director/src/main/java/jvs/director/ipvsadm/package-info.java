/**
 * The command line of ipvsadm 1.31, byte for byte: grammar, listings, messages, exit statuses.
 *
 * <pre>
 * argv ─► SwitchScanner ─► CommandLineParser ─► CommandLine ─► Ipvsadm ─► IpvsControl
 *          (as popt does)   (Switch, Option,                      │
 *                            Command, Legality)                   └─► Listing, Rules, ...
 * </pre>
 *
 * <p>Runs in a process of its own, where start-up time counts: no streams, no regular expressions.
 */
@NullMarked
package jvs.director.ipvsadm;

import org.jspecify.annotations.NullMarked;
