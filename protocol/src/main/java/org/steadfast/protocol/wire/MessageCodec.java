package org.steadfast.protocol.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.Infotable;

/**
 * Messages of the device protocol and their bytes. Decoding throws {@link CodecException} and nothing else, whatever the bytes
 * are, and allocates no more than they back. Stateless.
 */
public final class MessageCodec {
    private MessageCodec() {}

    /** The bytes of a message. */
    public static byte[] encode(Message message) {
        WireWriter out = new WireWriter();
        message.header().write(out);
        writeBody(out, message.body());
        return out.toByteArray();
    }

    /** The bytes of a body alone, for those who pass an answer on under a header of their own. */
    public static byte[] encodeBody(Body body) {
        WireWriter out = new WireWriter();
        writeBody(out, body);
        return out.toByteArray();
    }

    /** A message of this header and the bytes of a body. */
    public static byte[] join(Header header, byte[] body) {
        WireWriter out = new WireWriter(Header.LENGTH + body.length);
        header.write(out);
        return out.writeBytes(body).toByteArray();
    }

    /** Reads a message whose header says that it is not multipart. Bytes after the body are ignored: real devices send some. */
    public static Message decode(byte[] bytes) throws CodecException {
        WireReader in = new WireReader(bytes);
        Header header = Header.read(in);
        if (header.multipart()) {
            throw new CodecException("a chunk of a multipart message where a whole message is needed");
        }
        return new Message(header, readBody(in, header));
    }

    /** Reads the header alone. */
    public static Header decodeHeader(byte[] bytes) throws CodecException {
        return Header.read(new WireReader(bytes));
    }

    /** Reads what an entity request addresses and leaves its parameters alone: all that routing needs. */
    public static Target decodeTarget(byte[] bytes) throws CodecException {
        WireReader in = new WireReader(bytes);
        Header header = Header.read(in);
        if (header.multipart() || !header.verb().addressesEntity()) {
            throw new CodecException("not a whole request to an entity");
        }
        return Target.read(in);
    }

    /** Reads the body of a response. */
    public static Body.Response decodeResponseBody(byte[] body) throws CodecException {
        return readResponse(new WireReader(body));
    }

    /** Reads the body of a request to an entity. */
    public static Body.Request decodeRequestBody(byte[] body) throws CodecException {
        return readRequest(new WireReader(body));
    }

    private static void writeBody(WireWriter out, Body body) {
        if (body instanceof Body.Auth auth) {
            writeCount(out, auth.claims().size(), 0xFF, "claims");
            for (Body.Auth.Claim claim : auth.claims()) {
                out.writeString(claim.name()).writeString(claim.value());
            }
        } else if (body instanceof Body.Bind bind) {
            out.writeByte(bind.gateway().isPresent() ? 1 : 0);
            bind.gateway().ifPresent(gateway -> out.writeString(gateway.name()).writeString(gateway.type()));
            out.writeShort(bind.names().size());
            bind.names().forEach(out::writeString);
        } else if (body instanceof Body.Request request) {
            request.target().write(out);
            // Header lists are never sent: the parser of one device SDK is broken there.
            out.writeByte(0);
            writeContent(out, request.parameters());
        } else if (body instanceof Body.Response response) {
            out.writeByte(response.reason().isPresent() ? 1 : 0);
            response.reason().ifPresent(out::writeString);
            writeContent(out, response.content());
        }
    }

    private static void writeCount(WireWriter out, int count, int max, String what) {
        if (count > max) {
            throw new IllegalArgumentException(count + " " + what + " do not fit, at most " + max + " do");
        }
        out.writeByte(count);
    }

    private static void writeContent(WireWriter out, Optional<Infotable> content) {
        out.writeByte(content.isPresent() ? BaseType.INFOTABLE.code() : BaseType.NOTHING.code());
        content.ifPresent(table -> ValueCodec.writeInfotable(out, table));
    }

    private static Body readBody(WireReader in, Header header) throws CodecException {
        if (header.isResponse()) {
            return readResponse(in);
        }
        return switch (header.verb()) {
            case GET, PUT, POST, DELETE -> readRequest(in);
            case BIND, UNBIND -> readBind(in);
            case AUTH -> readAuth(in);
            case CLEAR_AUTH, KEEP_ALIVE -> new Body.Empty();
        };
    }

    private static Body.Request readRequest(WireReader in) throws CodecException {
        Target target = Target.read(in);
        int headers = in.readUnsignedByte("header count");
        for (int i = 0; i < headers; i++) {
            in.skipString("header name");
            in.skipString("header value");
        }
        return new Body.Request(target, readContent(in));
    }

    private static Body.Response readResponse(WireReader in) throws CodecException {
        int hasReason = in.readUnsignedByte("reason mark");
        Optional<String> reason = hasReason == 0 ? Optional.empty() : Optional.of(in.readString("reason"));
        return new Body.Response(reason, readContent(in));
    }

    private static Optional<Infotable> readContent(WireReader in) throws CodecException {
        byte type = in.readByte("content type");
        if (type == BaseType.NOTHING.code()) {
            return Optional.empty();
        }
        if (type != BaseType.INFOTABLE.code()) {
            throw new CodecException("content of type " + type + ", only an infotable or nothing may stand here");
        }
        return Optional.of(ValueCodec.readInfotable(in));
    }

    private static Body readBind(WireReader in) throws CodecException {
        Optional<Body.Bind.Gateway> gateway = Optional.empty();
        if (in.readUnsignedByte("gateway mark") != 0) {
            gateway = Optional.of(new Body.Bind.Gateway(in.readString("gateway name"), in.readString("gateway type")));
        }
        int count = in.readUnsignedShort("name count");
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(in.readString("name"));
        }
        return new Body.Bind(gateway, names);
    }

    private static Body readAuth(WireReader in) throws CodecException {
        int count = in.readUnsignedByte("claim count");
        List<Body.Auth.Claim> claims = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            claims.add(new Body.Auth.Claim(in.readString("claim name"), in.readString("claim value")));
        }
        return new Body.Auth(claims);
    }
}
