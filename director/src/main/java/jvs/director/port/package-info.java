/** Ports on libpcap, through pcap4j: live capture where packet rings will not do, and files. */
@NullMarked
package jvs.director.port;

import org.jspecify.annotations.NullMarked;
