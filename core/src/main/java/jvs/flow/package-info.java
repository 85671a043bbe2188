/** Connections: the key, the off-heap table, the timing wheel and the protocols' states. */
@NullMarked
package jvs.flow;

import org.jspecify.annotations.NullMarked;
