package xpayclient.internal;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * libxpayclient in this process: the one that the system property xpayclient.library or the environment's XPAYCLIENT_LIB names, or
 * the one in the jar, or that of the system.
 */
final class NativeLibrary {
    static final Logger LOGGER = Logger.getLogger("xpayclient");
    private static final String PROPERTY = "xpayclient.library";
    private static final String VARIABLE = "XPAYCLIENT_LIB";
    /** Of Debian's and Fedora's packages, which have the plain name only for those who compile. */
    private static final String INSTALLED = "libxpayclient.so." + Abi.ABI;

    private static Abi loaded;
    /** Why it cannot be loaded; it is not tried again. */
    private static String failure;

    private NativeLibrary() {
    }

    /** @throws IllegalStateException says what to do if it cannot be loaded */
    static synchronized Abi abi() {
        if (loaded == null && failure == null) {
            try {
                loaded = ofThisRelease(load());
            } catch (LinkageError | RuntimeException error) {
                failure = explained(String.valueOf(error.getMessage()));
            }
            if (failure != null) {
                LOGGER.log(Level.SEVERE, failure);
            }
        }
        if (loaded == null) {
            throw new IllegalStateException(failure);
        }
        return loaded;
    }

    private static Abi load() {
        String told = System.getProperty(PROPERTY, "");
        told = told.isEmpty() && System.getenv(VARIABLE) != null ? System.getenv(VARIABLE) : told;
        if (!told.isEmpty()) {
            return Native.load(told, Abi.class);
        }
        String inTheJar = Platform.RESOURCE_PREFIX + "/" + System.mapLibraryName("xpayclient");
        ClassLoader loader = NativeLibrary.class.getClassLoader();
        if (loader.getResource(inTheJar) != null) {
            try {
                return Native.load(Native.extractFromResourcePath("xpayclient", loader).getAbsolutePath(), Abi.class);
            } catch (IOException notUnpacked) {
                throw new IllegalStateException("it cannot be unpacked: " + notUnpacked.getMessage());
            }
        }
        try {
            return Native.load(Platform.isLinux() ? INSTALLED : "xpayclient", Abi.class);
        } catch (UnsatisfiedLinkError notInstalled) {
            throw new IllegalStateException("there is no " + inTheJar + " in the jar, and this system has none");
        }
    }

    private static Abi ofThisRelease(Abi abi) {
        String version = abi.xpay_version().getString(0);
        if (abi.xpay_abi_version() != Abi.ABI || !version.equals(Abi.VERSION)) {
            throw new IllegalStateException("it is of release " + version + ", and the jar of " + Abi.VERSION);
        }
        return abi;
    }

    private static String explained(String why) {
        if (why.contains("jnidispatch")) {
            return "JNA cannot load its own library: " + why + ". Take jna-5.x.jar of Maven Central, which has it inside, and put both jars into the "
                    + "server's lib if several applications need them. / JNA가 자신의 라이브러리를 읽을 수 없습니다. 라이브러리가 든 Maven Central의 jna-5.x.jar를 쓰고, 여러 "
                    + "애플리케이션이 쓴다면 두 jar를 서버의 lib에 두십시오.";
        }
        return "libxpayclient cannot be loaded: " + why + ". Take a jar with the library for this system, or name its file in -D" + PROPERTY
                + "=…; if it cannot be unpacked, name another directory in -Djna.tmpdir=…. / libxpayclient를 읽을 수 없습니다. 이 시스템용 라이브러리가 든 "
                + "jar를 쓰거나 -D" + PROPERTY + "=…로 파일을 지정하십시오. 압축을 풀 수 없으면 -Djna.tmpdir=…로 다른 디렉터리를 지정하십시오.";
    }
}
