/** Tests of the kernel's control interface by bytes. */
@NullMarked
package jvs.director.dropin;

import org.jspecify.annotations.NullMarked;
