import com.sun.source.util.JavacTask;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Parses what is in the input, as a class or as the members of one, and looks up no name. Ends with 1 if it is no Java. */
public class Parse {
    public static void main(String[] arguments) throws Exception {
        String given = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        String code = given.contains("public class ") ? given : "class Sample {" + given + "}";
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        JavaFileObject file = new SimpleJavaFileObject(URI.create("string:///Sample.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignore) {
                return code;
            }
        };
        JavacTask task = (JavacTask) ToolProvider.getSystemJavaCompiler().getTask(null, null, found, null, null, List.of(file));
        task.parse();
        boolean isJava = true;
        for (Diagnostic<?> one : found.getDiagnostics()) {
            System.out.println(one);
            isJava &= one.getKind() != Diagnostic.Kind.ERROR;
        }
        System.exit(isJava ? 0 : 1);
    }
}
