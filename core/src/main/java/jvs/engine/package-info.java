/** The walk of a frame: worker, pipeline, verdicts and counters. */
@NullMarked
package jvs.engine;

import org.jspecify.annotations.NullMarked;
