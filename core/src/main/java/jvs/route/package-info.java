/** Links, addresses, routes and neighbours, as learned from the kernel. */
@NullMarked
package jvs.route;

import org.jspecify.annotations.NullMarked;
