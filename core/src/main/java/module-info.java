/** The packet path, from the wire to the verdict. */
module jvs.core {
  requires org.jctools.core.jdk11;
  requires static transitive org.jspecify;

  exports jvs.engine;
  exports jvs.flow;
  exports jvs.linux;
  exports jvs.port;
  exports jvs.port.xdp;
  exports jvs.route;
  exports jvs.service;
  exports jvs.spi;
  exports jvs.sync;
  exports jvs.table;
  exports jvs.wire;
}
