/** What the director asks of its host's kernel: routes, the guard of the VIPs, offloads. */
@NullMarked
package jvs.director.kernel;

import org.jspecify.annotations.NullMarked;
