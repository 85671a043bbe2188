package jvs.director.ipvsadm;

import jvs.service.ServiceKey;

/** Protocols as the kernel names them. */
final class ProtocolText {
  private static final int ESP = 50;
  private static final int AH = 51;

  private ProtocolText() {}

  static String of(int protocol) {
    return switch (protocol) {
      case 0 -> "IP";
      case ServiceKey.TCP -> "TCP";
      case ServiceKey.UDP -> "UDP";
      case ServiceKey.SCTP -> "SCTP";
      case ESP -> "ESP";
      case AH -> "AH";
      default -> "IP_" + protocol;
    };
  }
}
