/**
 * Rules as text: the file that an administrator writes, and the one that outlives the director.
 *
 * <p>Lines of ipvsadm options, {@code mark}, {@code sysctl}, comments. A file is read into a {@link
 * jvs.engine.Draft}; what differs from that the director then changes in one step.
 */
@NullMarked
package jvs.director.rules;

import org.jspecify.annotations.NullMarked;
