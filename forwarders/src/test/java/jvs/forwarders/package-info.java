@NullMarked
package jvs.forwarders;

import org.jspecify.annotations.NullMarked;
