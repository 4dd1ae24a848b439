package org.steadfast.protocol.wire;

/**
 * The 15 bytes that begin every message (device protocol, section 2).
 *
 * @param code unsigned byte: a {@link Verb} below 0x40, a {@link Status} from there on
 * @param requestId chosen by the requester, echoed in the response; each direction counts for itself
 * @param endpointId echoed in the response
 * @param sessionId given by the server in its answer to AUTH, -1 before
 * @param multipart whether a chunk follows instead of a whole body
 */
public record Header(int code, int requestId, int endpointId, int sessionId, boolean multipart) {
    /** Length of a header in bytes. */
    public static final int LENGTH = 15;
    /** The only version of the protocol there is. */
    public static final int VERSION = 1;
    /** Request id of a response that assigns a session or an endpoint and answers nothing. */
    public static final int NO_REQUEST = -1;

    private static final int FIRST_RESPONSE_CODE = 0x40;

    /** The header of a request that is not multipart. */
    public static Header request(Verb verb, int requestId, int endpointId, int sessionId) {
        return new Header(verb.code(), requestId, endpointId, sessionId, false);
    }

    /** The header that answers this one: same ids, given status, not multipart. */
    public Header answer(Status status) {
        return new Header(status.code(), requestId, endpointId, sessionId, false);
    }

    /** The same header with another session id. */
    public Header withSession(int newSessionId) {
        return new Header(code, requestId, endpointId, newSessionId, multipart);
    }

    /** True where the message answers a request. */
    public boolean isResponse() {
        return code >= FIRST_RESPONSE_CODE;
    }

    /**
     * What the request wants.
     *
     * @throws CodecException if this is a response, or no verb has this code
     */
    public Verb verb() throws CodecException {
        return Verb.ofCode(code).orElseThrow(() -> new CodecException("unknown request code " + code));
    }

    void write(WireWriter out) {
        out.writeByte(VERSION)
                .writeByte(code)
                .writeInt(requestId)
                .writeInt(endpointId)
                .writeInt(sessionId)
                .writeByte(multipart ? 1 : 0);
    }

    static Header read(WireReader in) throws CodecException {
        int version = in.readUnsignedByte("version");
        if (version != VERSION) {
            throw new CodecException("protocol version " + version + " is not supported, only " + VERSION);
        }
        int code = in.readUnsignedByte("code");
        int requestId = in.readInt("request id");
        int endpointId = in.readInt("endpoint id");
        int sessionId = in.readInt("session id");
        int multipart = in.readUnsignedByte("multipart mark");
        if (multipart > 1) {
            throw new CodecException("multipart mark is " + multipart + ", not 0 or 1");
        }
        return new Header(code, requestId, endpointId, sessionId, multipart == 1);
    }
}
