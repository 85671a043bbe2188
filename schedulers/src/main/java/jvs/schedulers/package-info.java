/**
 * The schedulers of ipvsadm, one class each; {@link jvs.schedulers.Schedulers} is the list.
 *
 * <pre>
 *   flow ──► schedule(servers, flow) ──► server or null
 *              ▲ newest first
 * </pre>
 *
 * Every choice equals that of the Linux kernel's scheduler of the same name.
 */
@NullMarked
package jvs.schedulers;

import org.jspecify.annotations.NullMarked;
