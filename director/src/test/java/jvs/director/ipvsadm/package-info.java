/** The command line against recordings of the real one. */
@NullMarked
package jvs.director.ipvsadm;

import org.jspecify.annotations.NullMarked;
