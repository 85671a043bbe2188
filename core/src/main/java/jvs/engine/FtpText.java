package jvs.engine;

import jvs.wire.Memory;

/**
 * What a segment of an FTP control connection says about data connections (RFC 959, RFC 2428; read
 * as ip_vs_ftp_get_addrport reads it). A worker's flyweight: wrap a payload, ask, then read
 * address, port and where in the payload they stand.
 *
 * <p>A text counts only if it begins with the payload and is complete in it.
 */
final class FtpText {
  private static final int ADDRESS_AND_PORT = 6;
  private static final int GROUPS = 8;
  private static final int LONGEST_GROUP = 4;

  private long payload;
  private int length;
  private int at;
  private int start;
  private int end;
  private boolean hasAddress;
  private long high;
  private long low;
  private int port;

  FtpText wrap(long address, int bytes) {
    payload = address;
    length = bytes;
    return this;
  }

  /** Where the text of address and port begins in the payload. */
  int start() {
    return start;
  }

  /** Where it ends. */
  int end() {
    return end;
  }

  /** Whether an address was there; {@code EPSV} is answered without. */
  boolean hasAddress() {
    return hasAddress;
  }

  /** First half of the address, 0 for IPv4. */
  long high() {
    return high;
  }

  /** Second half of the address, IPv4 in the low 32 bits. */
  long low() {
    return low;
  }

  /** The port. */
  int port() {
    return port;
  }

  /** Whether a client says {@code PASV} at {@code offset}. */
  boolean isPasv(int offset) {
    return says("PASV\r\n", offset);
  }

  /** Whether a client says {@code EPSV}, alone or with the family, at {@code offset}. */
  boolean isEpsv(int offset, boolean isV6) {
    return says("EPSV\r", offset) || says(isV6 ? "EPSV 2\r" : "EPSV 1\r", offset);
  }

  /** Bytes of the payload. */
  int length() {
    return length;
  }

  /** {@code PORT 192,0,2,7,156,64} of a client. */
  boolean isPort() {
    return says("PORT", 0) && skip(' ', "PORT".length(), true) && readNumbers();
  }

  /** {@code EPRT |1|192.0.2.7|40000|} of a client. */
  boolean isEprt(boolean isV6) {
    return says("EPRT", 0) && skip(' ', "EPRT".length(), false) && readDelimited(isV6, false);
  }

  /** {@code 227 Entering Passive Mode (10,1,0,1,156,64)} of a server. */
  boolean isPasvAnswer() {
    return says("227 ", 0) && skip('(', "227 ".length(), true) && readNumbers();
  }

  /** {@code 229 Entering Extended Passive Mode (|||40000|)} of a server. */
  boolean isEpsvAnswer(boolean isV6) {
    return says("229 ", 0) && skip('(', "229 ".length(), false) && readDelimited(isV6, true);
  }

  private boolean says(String words, int offset) {
    if (offset + words.length() > length) {
      return false;
    }
    for (int i = 0; i < words.length(); i++) {
      int octet = Memory.u8(payload + offset + i);
      int upper = octet >= 'a' && octet <= 'z' ? octet - 'a' + 'A' : octet;
      if (upper != words.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The octet at the reading position, -1 at the end. */
  private int octet() {
    return at < length ? Memory.u8(payload + at) : -1;
  }

  private boolean isDigit() {
    return octet() >= '0' && octet() <= '9';
  }

  /** Goes behind the next marks, or to the first digit if they may be missing. */
  private boolean skip(char mark, int from, boolean isOptional) {
    at = from;
    while (octet() != mark && !(isOptional && isDigit())) {
      if (octet() < 0) {
        return false;
      }
      at++;
    }
    while (octet() == mark) {
      at++;
    }
    return octet() >= 0;
  }

  private boolean readNumbers() {
    start = at;
    long bits = 0;
    int number = 0;
    int commas = 0;
    while (isDigit() || (octet() == ',' && commas < ADDRESS_AND_PORT - 1)) {
      if (octet() == ',') {
        bits = bits << 8 | number;
        number = 0;
        commas++;
      } else {
        number = number * 10 + octet() - '0' & 0xff;
      }
      at++;
    }
    if (octet() < 0 || commas != ADDRESS_AND_PORT - 1) {
      return false;
    }
    end = at;
    bits = bits << 8 | number;
    hasAddress = true;
    high = 0;
    low = bits >>> 16;
    port = (int) bits & 0xffff;
    return true;
  }

  private boolean readDelimited(boolean isV6, boolean mayOmitAddress) {
    start = at;
    int delimiter = octet();
    if (delimiter < '!' || delimiter > '~') {
      return false;
    }
    at++;
    hasAddress = octet() != delimiter;
    if (!hasAddress) {
      at++;
      if (!mayOmitAddress || octet() != delimiter) {
        return false;
      }
    } else {
      boolean isFamily = octet() == (isV6 ? '2' : '1');
      at++;
      if (!isFamily || octet() != delimiter) {
        return false;
      }
      at++;
      if (!(isV6 ? readV6() : readV4()) || octet() != delimiter) {
        return false;
      }
    }
    at++;
    port = 0;
    while (isDigit()) {
      port = port * 10 + octet() - '0' & 0xffff;
      at++;
    }
    end = at + 1;
    return port != 0 && octet() == delimiter;
  }

  private boolean readV4() {
    high = 0;
    low = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      if (i > 0 && octet() != '.') {
        return false;
      }
      at += i > 0 ? 1 : 0;
      int number = 0;
      int from = at;
      while (isDigit() && number <= 0xff) {
        number = number * 10 + octet() - '0';
        at++;
      }
      if (at == from || number > 0xff) {
        return false;
      }
      low = low << 8 | number;
    }
    return true;
  }

  /** RFC 4291 section 2.2; {@code ::} stands for the groups that are missing. */
  private boolean readV6() {
    high = 0;
    low = 0;
    long tailHigh = 0;
    long tailLow = 0;
    int groups = 0;
    boolean hasGap = false;
    while (true) {
      if (!hasGap && says("::", at)) {
        hasGap = true;
        at += 2;
        if (hexDigit() < 0) {
          break;
        }
      } else if (groups > 0) {
        if (octet() != ':') {
          break;
        }
        at++;
      }
      long group = readGroup();
      if (group < 0 || groups == GROUPS) {
        return false;
      }
      if (hasGap) {
        tailHigh = tailHigh << 16 | tailLow >>> 48;
        tailLow = tailLow << 16 | group;
      } else if (groups < GROUPS / 2) {
        high |= group << 48 - 16 * groups;
      } else {
        low |= group << 112 - 16 * groups;
      }
      groups++;
    }
    high |= tailHigh;
    low |= tailLow;
    return hasGap ? groups < GROUPS : groups == GROUPS;
  }

  private int hexDigit() {
    return Character.digit(octet(), 16);
  }

  /** The group at the reading position, -1 if there is none. */
  private int readGroup() {
    int value = 0;
    int from = at;
    while (hexDigit() >= 0 && at - from < LONGEST_GROUP) {
      value = value << 4 | hexDigit();
      at++;
    }
    return at == from ? -1 : value;
  }
}
