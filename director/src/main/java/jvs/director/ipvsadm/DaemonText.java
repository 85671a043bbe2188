package jvs.director.ipvsadm;

import jvs.service.DaemonSpec;

/** A synchronisation daemon as {@code -L --daemon} prints it. */
final class DaemonText {
  private DaemonText() {}

  static String of(DaemonSpec daemon) {
    return (daemon.isMaster() ? "master" : "backup")
        + " sync daemon (mcast="
        + daemon.interfaceName()
        + ", syncid="
        + daemon.syncId()
        + ", maxlen="
        + daemon.maxLength()
        + ", group="
        + daemon.group()
        + ", port="
        + daemon.port()
        + ", ttl="
        + daemon.ttl()
        + ")\n";
  }
}
