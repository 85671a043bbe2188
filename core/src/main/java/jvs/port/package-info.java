/** Where frames come from and go to: AF_PACKET rings, memory, and the contract they share. */
@NullMarked
package jvs.port;

import org.jspecify.annotations.NullMarked;
