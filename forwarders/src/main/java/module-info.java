/** The forwarding methods, one class each. */
module jvs.forwarders {
  requires transitive jvs.core;
  requires static transitive org.jspecify;

  exports jvs.forwarders;
}
