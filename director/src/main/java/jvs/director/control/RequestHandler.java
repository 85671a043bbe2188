package jvs.director.control;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.concurrent.Future;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one client, one after the other.
 *
 * <p>Netty's thread; the answer is made by a virtual thread, and nothing is read meanwhile.
 */
// A close that fails leaves nothing to do.
@SuppressWarnings("FutureReturnValueIgnored")
final class RequestHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private final ControlRoutes routes;
  private final ExecutorService requests;
  private final ControlServer.Limits limits;
  private final @Nullable Refusal refusal;
  private @Nullable Future<?> deadline;

  /** {@code refusal} is what every request is answered with, if any. */
  RequestHandler(
      ControlRoutes routes,
      ExecutorService requests,
      ControlServer.Limits limits,
      @Nullable Refusal refusal) {
    this.routes = routes;
    this.requests = requests;
    this.limits = limits;
    this.refusal = refusal;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    expectRequest(ctx);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stopWaiting();
  }

  /** A request must be complete in time, however slowly it is sent. */
  private void expectRequest(ChannelHandlerContext ctx) {
    stopWaiting();
    deadline =
        ctx.executor()
            .schedule(
                () -> Answers.refuse(ctx.channel(), Refusal.tooSlow(limits.requestMillis())),
                limits.requestMillis(),
                TimeUnit.MILLISECONDS);
  }

  private void stopWaiting() {
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest message) {
    stopWaiting();
    if (refusal != null) {
      Answers.refuse(ctx.channel(), refusal);
      return;
    }
    Request request = request(message);
    if (request == null) {
      Answers.refuse(ctx.channel(), Refusal.MALFORMED);
      return;
    }
    ctx.channel().config().setAutoRead(false);
    AnswerStream answer =
        new AnswerStream(ctx.channel(), HttpUtil.isKeepAlive(message), limits.answerMillis());
    try {
      requests.execute(() -> answer(ctx, request, answer));
    } catch (RejectedExecutionException stopping) {
      ctx.close();
    }
  }

  private static @Nullable Request request(FullHttpRequest message) {
    if (message.decoderResult().isFailure()) {
      return null;
    }
    try {
      QueryStringDecoder target = new QueryStringDecoder(message.uri());
      return target.rawQuery().isEmpty()
          ? new Request(
              message.method().name(), target.path(), ByteBufUtil.getBytes(message.content()))
          : null;
    } catch (IllegalArgumentException badEscape) {
      return null;
    }
  }

  private void answer(ChannelHandlerContext ctx, Request request, AnswerStream answer) {
    routes.answer(request, answer);
    try {
      ctx.executor()
          .execute(
              () -> {
                expectRequest(ctx);
                ctx.channel().config().setAutoRead(true);
              });
    } catch (RejectedExecutionException stopping) {
      ctx.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // The client has gone, or sends what is no HTTP; there is nobody to tell.
    ctx.close();
  }
}
