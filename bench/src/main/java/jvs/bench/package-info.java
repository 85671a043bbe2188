/** Benchmarks: what a packet, a choice, a look-up costs. */
@NullMarked
package jvs.bench;

import org.jspecify.annotations.NullMarked;
