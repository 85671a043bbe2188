/**
 * Headers as they are on the wire: checked flyweights over off-heap frames, checksums, addresses.
 *
 * <p>Every flyweight is wrapped around a frame, checked once, and read freely afterwards.
 */
@NullMarked
package jvs.wire;

import org.jspecify.annotations.NullMarked;
