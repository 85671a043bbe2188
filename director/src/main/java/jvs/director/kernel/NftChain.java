package jvs.director.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import jvs.linux.LinuxException;

/**
 * Asks the kernel for a chain of nftables, of the family netdev, without a program
 * (nf_tables_api.c). Any thread, in the network namespace that is meant.
 */
final class NftChain {
  private static final int NETLINK_NETFILTER = 12;
  private static final int NFNL_SUBSYS_NFTABLES = 10;
  private static final int NFT_MSG_NEWCHAIN = 3;
  private static final int NFT_MSG_GETCHAIN = 4;
  private static final byte NFPROTO_NETDEV = 5;
  private static final int NFTA_CHAIN_TABLE = 1;
  private static final int NFTA_CHAIN_NAME = 3;
  private static final int MOST_BYTES = 256;

  private NftChain() {}

  /** Whether it is there; if the kernel does not say, it is not. */
  static boolean isThere(String table, String chain) {
    ByteBuffer body = ByteBuffer.allocate(MOST_BYTES).order(ByteOrder.nativeOrder());
    body.put(NFPROTO_NETDEV).put((byte) 0).putShort((short) 0);
    text(body, NFTA_CHAIN_TABLE, table);
    text(body, NFTA_CHAIN_NAME, chain);
    byte[] octets = new byte[body.position()];
    body.flip().get(octets);
    try (NetlinkSocket socket = new NetlinkSocket(NETLINK_NETFILTER, 0)) {
      socket.request(NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETCHAIN, octets);
      for (KernelTables.Message answer : KernelTables.messages(socket.receive(true))) {
        if (answer.type() == (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWCHAIN)) {
          return true;
        }
      }
      return false;
    } catch (LinuxException e) {
      return false;
    }
  }

  private static void text(ByteBuffer body, int type, String text) {
    byte[] octets = (text + '\0').getBytes(StandardCharsets.US_ASCII);
    body.putShort((short) (4 + octets.length)).putShort((short) type).put(octets);
    body.put(new byte[-octets.length & 3]);
  }
}
