package org.steadfast.connection.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.MultipartAssembler;

/** A device down to the socket, as the C SDK is: it masks with zeros and takes no frame with a length of 64 bits. */
final class RawDevice implements AutoCloseable {
    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;
    private final MultipartAssembler assembler = new MultipartAssembler(4 << 20);
    private int longestFrame;

    RawDevice(int port, int receiveBuffer) throws IOException {
        socket.setReceiveBufferSize(receiveBuffer);
        socket.setSoTimeout(10_000);
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        out = socket.getOutputStream();
    }

    /** Sends a request and reads the head of the answer. */
    String exchange(String request) throws IOException {
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    String upgrade(String headers) throws IOException {
        return exchange("GET /Thingworx/WS HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + headers + "\r\n");
    }

    void send(byte[] message) throws IOException {
        sendFrame(0x2, message);
    }

    /** Sends bytes that are no frame, or by chance one. */
    void sendRaw(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    void sendFrame(int opcode, byte[] payload) throws IOException {
        if (payload.length > 125) {
            throw new IllegalArgumentException("only short frames are needed");
        }
        byte[] frame = new byte[6 + payload.length];
        frame[0] = (byte) (0x80 | opcode);
        frame[1] = (byte) (0x80 | payload.length);
        System.arraycopy(payload, 0, frame, 6, payload.length);
        out.write(frame);
    }

    byte[] readFrame(int opcode) throws IOException {
        assertThat(in.readUnsignedByte()).as("final, opcode").isEqualTo(0x80 | opcode);
        int length = in.readUnsignedByte();
        assertThat(length).as("not masked, not 64 bits").isLessThan(127);
        if (length == 126) {
            length = in.readUnsignedShort();
        }
        longestFrame = Math.max(longestFrame, length);
        byte[] payload = new byte[length];
        in.readFully(payload);
        return payload;
    }

    /** The next message, put together from its chunks. */
    byte[] readMessage() throws IOException, CodecException {
        while (true) {
            byte[] frame = readFrame(0x2);
            if (!MessageCodec.decodeHeader(frame).multipart()) {
                return frame;
            }
            Optional<byte[]> whole = assembler.add(frame, System.nanoTime());
            if (whole.isPresent()) {
                return whole.get();
            }
        }
    }

    int longestFrame() {
        return longestFrame;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
