/** The programs: {@code jvs} and its sub-commands. */
@NullMarked
package jvs.director;

import org.jspecify.annotations.NullMarked;
