/** One class per forwarding method, and the list of them. */
@NullMarked
package jvs.forwarders;

import org.jspecify.annotations.NullMarked;
