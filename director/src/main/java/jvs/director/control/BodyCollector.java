package jvs.director.control;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;

/** Waits for the whole body of a request; one that is too large is refused. */
final class BodyCollector extends HttpObjectAggregator {
  private final Refusal refusal;

  BodyCollector(int maxBytes, Refusal refusal) {
    super(maxBytes, true);
    this.refusal = refusal;
  }

  @Override
  protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized) {
    Answers.refuse(ctx.channel(), refusal);
  }
}
