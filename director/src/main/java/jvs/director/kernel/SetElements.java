package jvs.director.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import jvs.linux.LinuxException;
import jvs.wire.Endpoint;

/**
 * Changes of the elements of nftables' sets, of the family netdev, told to the kernel without a
 * program (nf_tables_api.c, nfnetlink.c). One thread, in the network namespace that is meant.
 *
 * <pre>
 * batch begin | element messages of a set each ... | batch end       one datagram, all or nothing
 * </pre>
 */
final class SetElements {
  /** Most elements of a change. */
  static final int MOST = 64;

  private static final int NETLINK_NETFILTER = 12;
  private static final int NFNL_MSG_BATCH_BEGIN = 0x10;
  private static final int NFNL_MSG_BATCH_END = 0x11;
  private static final int NFNL_SUBSYS_NFTABLES = 10;
  private static final int NFT_MSG_NEWSETELEM = 12;
  private static final int NFT_MSG_DELSETELEM = 14;
  private static final int NFPROTO_NETDEV = 5;
  private static final int NFTA_SET_ELEM_LIST_TABLE = 1;
  private static final int NFTA_SET_ELEM_LIST_SET = 2;
  private static final int NFTA_SET_ELEM_LIST_ELEMENTS = 3;
  private static final int NFTA_LIST_ELEM = 1;
  private static final int NFTA_SET_ELEM_KEY = 1;
  private static final int NFTA_DATA_VALUE = 1;
  private static final int NLA_F_NESTED = 0x8000;
  private static final int NLM_F_REQUEST = 1;
  private static final int NLM_F_ACK = 4;
  private static final int NLM_F_CREATE = 0x400;

  // The longest element, and what the messages of all sets need besides.
  private static final int ELEMENT_BYTES = 48;
  private static final int BATCH_BYTES = 4096 + MOST * ELEMENT_BYTES;

  private final String table;
  private final ByteBuffer batch = ByteBuffer.allocate(BATCH_BYTES).order(ByteOrder.nativeOrder());
  private int messages;
  private int count;

  /** No change yet. */
  SetElements(String table) {
    this.table = table;
    int at = begin(NFNL_MSG_BATCH_BEGIN, 0, 0, NFNL_SUBSYS_NFTABLES);
    end(at);
  }

  /** Adds elements to a set; what is there already stays. */
  void add(String set, List<Endpoint> elements) {
    put(NFT_MSG_NEWSETELEM, NLM_F_CREATE, set, elements);
  }

  /** Deletes elements of a set; if one is not there, the whole change will be refused. */
  void delete(String set, List<Endpoint> elements) {
    put(NFT_MSG_DELSETELEM, 0, set, elements);
  }

  /** How many elements are to be changed; more than {@link #MOST} cannot be. */
  int count() {
    return count;
  }

  private void put(int type, int flags, String set, List<Endpoint> elements) {
    count += elements.size();
    if (count > MOST) {
      return;
    }
    messages++;
    int message = begin(NFNL_SUBSYS_NFTABLES << 8 | type, flags | NLM_F_ACK, NFPROTO_NETDEV, 0);
    text(NFTA_SET_ELEM_LIST_TABLE, table);
    text(NFTA_SET_ELEM_LIST_SET, set);
    int list = nest(NFTA_SET_ELEM_LIST_ELEMENTS);
    for (Endpoint element : elements) {
      int item = nest(NFTA_LIST_ELEM);
      int key = nest(NFTA_SET_ELEM_KEY);
      octets(NFTA_DATA_VALUE, key(element));
      endNest(key);
      endNest(item);
    }
    endNest(list);
    end(message);
  }

  /** Address, protocol and port as nft concatenates them: each begins at a multiple of four. */
  private static byte[] key(Endpoint element) {
    byte[] address = element.address().octets();
    int parts = (element.protocol() == 0 ? 0 : 1) + (element.port() == 0 ? 0 : 1);
    ByteBuffer key = ByteBuffer.allocate(address.length + 4 * parts).put(address);
    if (element.protocol() != 0) {
      key.put((byte) element.protocol()).put(new byte[3]);
    }
    if (element.port() != 0) {
      key.putShort((short) element.port());
    }
    return key.array();
  }

  /**
   * Makes the change.
   *
   * @throws LinuxException with the kernel's error; nothing has changed then
   */
  void commit() {
    if (messages == 0) {
      return;
    }
    end(begin(NFNL_MSG_BATCH_END, 0, 0, NFNL_SUBSYS_NFTABLES));
    try (NetlinkSocket socket = new NetlinkSocket(NETLINK_NETFILTER, 0)) {
      socket.send(batch.flip());
      for (int answered = 0; answered < messages; ) {
        for (KernelTables.Message answer : KernelTables.messages(socket.receive(true))) {
          answered += answered(answer);
        }
      }
    }
  }

  private static int answered(KernelTables.Message answer) {
    if (answer.type() != NetlinkSocket.NLMSG_ERROR) {
      return 0;
    }
    LinuxException.check("nftables", answer.body().getInt(0));
    return 1;
  }

  private int begin(int type, int flags, int family, int subsystem) {
    int at = batch.position();
    batch.putInt(0).putShort((short) type).putShort((short) (flags | NLM_F_REQUEST));
    batch.putInt(messages).putInt(0);
    batch.put((byte) family).put((byte) 0).put((byte) (subsystem >> 8)).put((byte) subsystem);
    return at;
  }

  private void end(int at) {
    batch.putInt(at, batch.position() - at);
  }

  private int nest(int type) {
    int at = batch.position();
    batch.putShort((short) 0).putShort((short) (type | NLA_F_NESTED));
    return at;
  }

  private void endNest(int at) {
    batch.putShort(at, (short) (batch.position() - at));
  }

  private void text(int type, String text) {
    octets(type, (text + '\0').getBytes(StandardCharsets.US_ASCII));
  }

  private void octets(int type, byte[] octets) {
    batch.putShort((short) (4 + octets.length)).putShort((short) type).put(octets);
    batch.put(new byte[-octets.length & 3]);
  }
}
