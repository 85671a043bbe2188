/** The wire benchmark: what a packet costs the whole machine, beside other balancers. */
@NullMarked
package jvs.bench.wire;

import org.jspecify.annotations.NullMarked;
