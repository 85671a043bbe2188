/** The schedulers, one class each. */
module jvs.schedulers {
  requires transitive jvs.core;
  requires static transitive org.jspecify;

  exports jvs.schedulers;
}
