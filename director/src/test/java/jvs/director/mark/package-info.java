@NullMarked
package jvs.director.mark;

import org.jspecify.annotations.NullMarked;
