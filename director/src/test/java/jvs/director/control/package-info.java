/** The control socket, its friends and its foes. */
@NullMarked
package jvs.director.control;

import org.jspecify.annotations.NullMarked;
