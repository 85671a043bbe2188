/** What a scheduler and a forwarding method have to provide. */
@NullMarked
package jvs.spi;

import org.jspecify.annotations.NullMarked;
