/** The recordings of a kernel against this director, and the comparison itself. */
@NullMarked
package jvs.director.conformance;

import org.jspecify.annotations.NullMarked;
