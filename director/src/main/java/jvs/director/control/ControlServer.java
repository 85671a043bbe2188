package jvs.director.control;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import jvs.service.IpvsControl;
import org.jspecify.annotations.Nullable;

/**
 * Serves an {@link IpvsControl} on a Unix domain socket, as docs/control.md describes.
 *
 * <p>One Netty thread reads and writes; each request is handled by a virtual thread of its own, so
 * that a slow reader of a long answer holds up nobody.
 */
public final class ControlServer implements AutoCloseable {
  private static final int BACKLOG = 256;
  private static final int MAX_LINE = 4096;
  private static final int MAX_HEAD = 8192;
  private static final int CHUNK = 8192;

  /**
   * What clients are held to.
   *
   * @param bodyBytes largest body of a request
   * @param connections most clients at a time
   * @param requestMillis a request must be complete so long after connecting or the last answer
   * @param answerMillis an answer must be taken up, piece by piece, within this
   */
  record Limits(int bodyBytes, int connections, long requestMillis, long answerMillis) {
    static final Limits DEFAULT = new Limits(4 << 20, 256, 10_000, 10_000);
  }

  private final SocketFile file;
  private final EventLoopGroup eventLoop;
  private final ExecutorService requests;
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  private ControlServer(SocketFile file, EventLoopGroup eventLoop, ExecutorService requests) {
    this.file = file;
    this.eventLoop = eventLoop;
    this.requests = requests;
  }

  /**
   * Starts to listen.
   *
   * @param socket where; see {@link ControlPath}
   * @param group a group whose members may connect besides root and this user, or null
   * @param control what is served
   * @param sources further things to read, by path: {@code /counters}
   * @param actions things to do by POST without a body, by path; done before the answer is written
   * @param log is told, a line each, what goes wrong inside
   * @throws IOException with a line for people, if another director listens there or the socket
   *     cannot be made
   */
  public static ControlServer start(
      Path socket,
      @Nullable String group,
      IpvsControl control,
      Map<String, JsonSource> sources,
      Map<String, JsonSource> actions,
      Consumer<String> log)
      throws IOException {
    return start(socket, group, new ControlRoutes(control, sources, actions, log), Limits.DEFAULT);
  }

  static ControlServer start(
      Path socket, @Nullable String group, ControlRoutes routes, Limits limits) throws IOException {
    SocketFile file = new SocketFile(socket);
    Path unpublished = file.unpublished();
    EventLoopGroup eventLoop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("control", true), NioIoHandler.newFactory());
    ControlServer server =
        new ControlServer(file, eventLoop, Executors.newVirtualThreadPerTaskExecutor());
    try {
      server.listen(unpublished, socket, group, routes, limits);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
    return server;
  }

  private void listen(
      Path unpublished, Path socket, @Nullable String group, ControlRoutes routes, Limits limits)
      throws IOException {
    ClientInitializer clients = new ClientInitializer(routes, limits);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(eventLoop)
            .channel(NioServerDomainSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.AUTO_READ, false)
            .childHandler(clients);
    ChannelFuture bound =
        bootstrap.bind(UnixDomainSocketAddress.of(unpublished)).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "cannot listen on the control socket " + socket + ": " + bound.cause().getMessage(),
          bound.cause());
    }
    channels.add(bound.channel());
    file.publish(group);
    clients.check = PeerCheck.of(socket);
    bound.channel().config().setAutoRead(true);
  }

  /** Stops, breaks all connections and removes the socket. */
  @Override
  public void close() {
    file.remove();
    channels.close().awaitUninterruptibly();
    requests.shutdownNow();
    eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    requests.close();
  }

  private final class ClientInitializer extends ChannelInitializer<Channel> {
    private final ControlRoutes routes;
    private final Limits limits;
    private @Nullable PeerCheck check;

    ClientInitializer(ControlRoutes routes, Limits limits) {
      this.routes = routes;
      this.limits = limits;
    }

    @Override
    protected void initChannel(Channel channel) {
      channels.add(channel);
      Refusal refusal = refusal(channel);
      BodyCollector collector =
          refusal == null
              ? new BodyCollector(limits.bodyBytes(), Refusal.tooLarge(limits.bodyBytes()))
              : new BodyCollector(0, refusal);
      channel
          .pipeline()
          .addLast(new HttpServerCodec(MAX_LINE, MAX_HEAD, CHUNK))
          .addLast(collector)
          // Holds back requests that came together until the handler reads on.
          .addLast(new FlowControlHandler())
          .addLast(new RequestHandler(routes, requests, limits, refusal));
    }

    /** Why this client is turned away, or null. */
    private @Nullable Refusal refusal(Channel channel) {
      UnixDomainPrincipal peer =
          channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
      if (check == null || peer == null || !check.permits(peer)) {
        return Refusal.NOT_PERMITTED;
      }
      // The listening channel is one of them.
      return channels.size() - 1 > limits.connections()
          ? Refusal.tooMany(limits.connections())
          : null;
    }
  }
}
