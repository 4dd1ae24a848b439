package org.steadfast.protocol.link;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Verb;
import org.steadfast.protocol.wire.WireReader;
import org.steadfast.protocol.wire.WireWriter;

/**
 * Link frames and their bytes: length, kind, correlation, fields. Several frames travel in one WebSocket message, as many as
 * were waiting when the link became free. Stateless.
 */
public final class LinkCodec {
    /** The path that links are opened at, on foundation nodes. */
    public static final String PATH = "/Thingworx/Link";
    /** Version of the frames that this class reads and writes. */
    public static final int VERSION = 3;

    private static final int AUTHENTICATE = 1;
    private static final int AUTHENTICATED = 2;
    private static final int BIND = 3;
    private static final int BOUND = 4;
    private static final int UNBIND = 5;
    private static final int UNBOUND = 6;
    private static final int REQUEST = 7;
    private static final int REPLY = 8;
    private static final int CALL = 9;
    private static final int CALLED = 10;
    private static final int SUPERSEDED = 11;
    private static final int REBIND = 12;
    private static final int REBOUND = 13;
    private static final int DEFINITION_CHANGED = 14;

    private LinkCodec() {}

    /** Appends a frame. */
    public static void write(WireWriter out, LinkFrame frame) {
        int start = out.size();
        out.writeInt(0);
        if (frame instanceof LinkFrame.Request request) {
            start(out, REQUEST, frame);
            out.writeString(request.user())
                    .writeLong(request.stamp().epoch())
                    .writeLong(request.stamp().sequence())
                    .writeLong(request.receivedAt())
                    .writeBytes(request.message());
        } else if (frame instanceof LinkFrame.Reply reply) {
            start(out, REPLY, frame);
            out.writeByte(reply.status().code()).writeBytes(reply.body());
        } else if (frame instanceof LinkFrame.Authenticate authenticate) {
            start(out, AUTHENTICATE, frame);
            out.writeString(authenticate.address());
            out.writeShort(authenticate.claims().claims().size());
            for (Body.Auth.Claim claim : authenticate.claims().claims()) {
                out.writeString(claim.name()).writeString(claim.value());
            }
        } else if (frame instanceof LinkFrame.Authenticated authenticated) {
            start(out, AUTHENTICATED, frame);
            out.writeByte(authenticated.status().code()).writeString(authenticated.userOrReason());
        } else if (frame instanceof LinkFrame.Bind bind) {
            start(out, BIND, frame);
            out.writeString(bind.user()).writeString(bind.connectionServer()).writeLong(bind.session());
            out.writeByte(bind.gateway().isPresent() ? 1 : 0);
            bind.gateway().ifPresent(gateway -> out.writeString(gateway.name()).writeString(gateway.type()));
            out.writeInt(bind.names().size());
            bind.names().forEach(out::writeString);
        } else if (frame instanceof LinkFrame.Bound bound) {
            start(out, BOUND, frame);
            out.writeByte(bound.status().code()).writeString(bound.reason());
            writeBindings(out, bound.bindings());
        } else if (frame instanceof LinkFrame.Unbind unbind) {
            start(out, UNBIND, frame);
            writeBindings(out, unbind.bindings());
        } else if (frame instanceof LinkFrame.Unbound unbound) {
            start(out, UNBOUND, frame);
            out.writeByte(unbound.status().code());
        } else if (frame instanceof LinkFrame.Call call) {
            start(out, CALL, frame);
            out.writeLong(call.session())
                    .writeString(call.thing())
                    .writeLong(call.epoch())
                    .writeByte(call.verb().code())
                    .writeInt(call.timeoutMillis())
                    .writeBytes(call.request());
        } else if (frame instanceof LinkFrame.Called called) {
            start(out, CALLED, frame);
            out.writeByte(called.status().code()).writeBytes(called.body());
        } else if (frame instanceof LinkFrame.Superseded superseded) {
            start(out, SUPERSEDED, frame);
            out.writeLong(superseded.session()).writeString(superseded.thing()).writeLong(superseded.epoch());
        } else if (frame instanceof LinkFrame.DefinitionChanged changed) {
            start(out, DEFINITION_CHANGED, frame);
            out.writeLong(changed.session()).writeString(changed.thing()).writeLong(changed.epoch());
        } else if (frame instanceof LinkFrame.Rebind rebind) {
            start(out, REBIND, frame);
            out.writeString(rebind.connectionServer())
                    .writeInt(rebind.bindings().size());
            for (LinkFrame.Held held : rebind.bindings()) {
                out.writeLong(held.session())
                        .writeString(held.name())
                        .writeString(held.thing())
                        .writeLong(held.epoch());
            }
        } else if (frame instanceof LinkFrame.Rebound rebound) {
            start(out, REBOUND, frame);
            out.writeByte(rebound.status().code());
        }
        out.overwriteInt(start, out.size() - start - 4);
    }

    private static void start(WireWriter out, int kind, LinkFrame frame) {
        out.writeByte(kind).writeLong(frame.correlation());
    }

    /** Reads all frames of one WebSocket message. */
    public static List<LinkFrame> readAll(byte[] bytes) throws CodecException {
        WireReader in = new WireReader(bytes);
        List<LinkFrame> frames = new ArrayList<>();
        while (in.remaining() > 0) {
            int length = in.readInt("frame length");
            if (length < 0 || length > in.remaining()) {
                throw new CodecException("frame of " + length + " bytes, " + in.remaining() + " are left");
            }
            WireReader frame = new WireReader(bytes, in.position(), length);
            frames.add(read(frame));
            in = new WireReader(bytes, in.position() + length, in.remaining() - length);
        }
        return frames;
    }

    private static LinkFrame read(WireReader in) throws CodecException {
        int kind = in.readUnsignedByte("frame kind");
        long correlation = in.readLong("correlation");
        return switch (kind) {
            case REQUEST ->
                new LinkFrame.Request(
                        correlation,
                        in.readString("user"),
                        new LinkFrame.Stamp(in.readLong("epoch"), in.readLong("sequence")),
                        in.readLong("receive time"),
                        in.readRest());
            case REPLY -> new LinkFrame.Reply(correlation, readStatus(in), in.readRest());
            case AUTHENTICATE -> readAuthenticate(correlation, in);
            case AUTHENTICATED ->
                new LinkFrame.Authenticated(correlation, readStatus(in), in.readString("user or reason"));
            case BIND ->
                new LinkFrame.Bind(
                        correlation,
                        in.readString("user"),
                        in.readString("connection server"),
                        in.readLong("session"),
                        readGateway(in),
                        readNames(in));
            case BOUND -> new LinkFrame.Bound(correlation, readStatus(in), in.readString("reason"), readBindings(in));
            case UNBIND -> new LinkFrame.Unbind(correlation, readBindings(in));
            case UNBOUND -> new LinkFrame.Unbound(correlation, readStatus(in));
            case CALL ->
                new LinkFrame.Call(
                        correlation,
                        in.readLong("session"),
                        in.readString("thing"),
                        in.readLong("epoch"),
                        readVerb(in),
                        in.readInt("timeout"),
                        in.readRest());
            case CALLED -> new LinkFrame.Called(correlation, readStatus(in), in.readRest());
            case SUPERSEDED ->
                new LinkFrame.Superseded(
                        correlation, in.readLong("session"), in.readString("thing"), in.readLong("epoch"));
            case DEFINITION_CHANGED ->
                new LinkFrame.DefinitionChanged(
                        correlation, in.readLong("session"), in.readString("thing"), in.readLong("epoch"));
            case REBIND -> new LinkFrame.Rebind(correlation, in.readString("connection server"), readHeld(in));
            case REBOUND -> new LinkFrame.Rebound(correlation, readStatus(in));
            default -> throw new CodecException("unknown kind of frame " + kind);
        };
    }

    private static Status readStatus(WireReader in) throws CodecException {
        int code = in.readUnsignedByte("status");
        return Status.ofCode(code).orElseThrow(() -> new CodecException("unknown status " + code));
    }

    private static List<LinkFrame.Held> readHeld(WireReader in) throws CodecException {
        int count = readCount(in, "binding count");
        List<LinkFrame.Held> held = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            held.add(new LinkFrame.Held(
                    in.readLong("session"), in.readString("name"), in.readString("thing"), in.readLong("epoch")));
        }
        return held;
    }

    private static Verb readVerb(WireReader in) throws CodecException {
        int code = in.readUnsignedByte("verb");
        return Verb.ofCode(code).orElseThrow(() -> new CodecException("unknown verb " + code));
    }

    private static int readCount(WireReader in, String what) throws CodecException {
        int count = in.readInt(what);
        if (count < 0) {
            throw new CodecException(what + " is negative: " + count);
        }
        return count;
    }

    private static LinkFrame.Authenticate readAuthenticate(long correlation, WireReader in) throws CodecException {
        String address = in.readString("address");
        return new LinkFrame.Authenticate(correlation, readClaims(in), address);
    }

    private static Optional<Body.Bind.Gateway> readGateway(WireReader in) throws CodecException {
        return in.readUnsignedByte("gateway mark") == 0
                ? Optional.empty()
                : Optional.of(new Body.Bind.Gateway(in.readString("gateway name"), in.readString("gateway type")));
    }

    private static Body.Auth readClaims(WireReader in) throws CodecException {
        int count = in.readUnsignedShort("claim count");
        List<Body.Auth.Claim> claims = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            claims.add(new Body.Auth.Claim(in.readString("claim name"), in.readString("claim value")));
        }
        return new Body.Auth(claims);
    }

    private static List<String> readNames(WireReader in) throws CodecException {
        int count = readCount(in, "name count");
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(in.readString("name"));
        }
        return names;
    }

    private static void writeBindings(WireWriter out, List<LinkFrame.Binding> bindings) {
        out.writeInt(bindings.size());
        for (LinkFrame.Binding binding : bindings) {
            out.writeString(binding.name()).writeString(binding.thing()).writeLong(binding.epoch());
        }
    }

    private static List<LinkFrame.Binding> readBindings(WireReader in) throws CodecException {
        int count = readCount(in, "binding count");
        List<LinkFrame.Binding> bindings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            bindings.add(new LinkFrame.Binding(in.readString("name"), in.readString("thing"), in.readLong("epoch")));
        }
        return bindings;
    }
}
