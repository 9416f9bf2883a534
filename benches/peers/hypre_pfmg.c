/* HYPRE's structured multigrid PFMG round conjugate gradients on one field; one line of JSON.
 *
 *   hypre_pfmg FIELD N RELAX      RELAX 1: weighted Jacobi, 2: red-black Gauss-Seidel
 *
 * FIELD holds N^3 conductivities in mm2/(Pa s), double, x fastest, of a cube of 40 mm: finite volumes, a face is two
 * half cells in series, p = 0 on the walls half a cell away, 50 mm3/s spread over the eight centre cells. The clock is
 * the CPU time of the process; set-up is HYPRE_StructPCGSetup, the assembly of the matrix is not counted. The true
 * residual is computed here from the field; where the recursive one has drifted, the solve goes on from where it is. */
#include <HYPRE.h>
#include <HYPRE_struct_ls.h>
#include <math.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SIDE_MM 40.0
#define RATE_MM3_S 50.0
#define TOLERANCE 1e-8
#define MOST_ITERATIONS 2000
#define MOST_ROUNDS 4

static double cpu_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

/* Largest resident set of this program alone: what ran in the process before it does not count. */
static double peak_mib(void) {
    char line[256];
    long kib = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "VmHWM: %ld", &kib) == 1) break;
    if (f) fclose(f);
    return kib / 1024.0;
}

static int n;
static double *conductivity;

/* Conductance of the face on one side of a cell, or of its wall. */
static double face(size_t cell, int at, size_t stride, int sign) {
    double h = SIDE_MM / n, a = conductivity[cell];
    if (at + sign < 0 || at + sign >= n) return 2 * h * a;
    double b = conductivity[sign > 0 ? cell + stride : cell - stride];
    return 2 * h * a * b / (a + b);
}

static double true_residual(const double *p, const double *b) {
    size_t stride[3] = {1, n, (size_t)n * n};
    double above = 0, below = 0;
    for (size_t c = 0; c < (size_t)n * n * n; c++) {
        double r = b[c];
        for (int axis = 0; axis < 3; axis++) {
            int at = c / stride[axis] % n;
            for (int sign = -1; sign <= 1; sign += 2) {
                int inside = at + sign >= 0 && at + sign < n;
                double other = !inside ? 0 : p[sign > 0 ? c + stride[axis] : c - stride[axis]];
                r -= face(c, at, stride[axis], sign) * (p[c] - other);
            }
        }
        above += r * r;
        below += b[c] * b[c];
    }
    return sqrt(above / below);
}

int main(int argc, char **argv) {
    MPI_Init(&argc, &argv);
    HYPRE_Init();
    if (argc != 4) return fprintf(stderr, "usage: hypre_pfmg FIELD N RELAX\n"), 2;
    n = atoi(argv[2]);
    int relax = atoi(argv[3]);
    size_t cells = (size_t)n * n * n, stride[3] = {1, n, (size_t)n * n};
    conductivity = malloc(cells * sizeof(double));
    FILE *f = fopen(argv[1], "rb");
    if (!f || fread(conductivity, sizeof(double), cells, f) != cells) return fprintf(stderr, "cannot read %s\n", argv[1]), 1;
    fclose(f);

    /* Symmetric storage: centre and the three faces on the + side. */
    double *row = malloc(4 * cells * sizeof(double)), *b = calloc(cells, sizeof(double)), *p = calloc(cells, sizeof(double));
    for (size_t c = 0; c < cells; c++) {
        int middle = 1;
        row[4 * c] = 0;
        for (int axis = 0; axis < 3; axis++) {
            int at = c / stride[axis] % n;
            double up = face(c, at, stride[axis], 1);
            row[4 * c] += up + face(c, at, stride[axis], -1);
            row[4 * c + 1 + axis] = at + 1 < n ? -up : 0;
            middle = middle && (at == n / 2 || at == n / 2 - 1);
        }
        if (middle) b[c] = RATE_MM3_S / 8;
    }
    HYPRE_StructGrid grid;
    HYPRE_StructStencil stencil;
    HYPRE_StructMatrix A;
    HYPRE_StructVector B, X;
    int low[3] = {0, 0, 0}, high[3] = {n - 1, n - 1, n - 1}, entries[4] = {0, 1, 2, 3};
    int offsets[4][3] = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    HYPRE_StructGridCreate(MPI_COMM_WORLD, 3, &grid);
    HYPRE_StructGridSetExtents(grid, low, high);
    HYPRE_StructGridAssemble(grid);
    HYPRE_StructStencilCreate(3, 4, &stencil);
    for (int e = 0; e < 4; e++) HYPRE_StructStencilSetElement(stencil, e, offsets[e]);
    HYPRE_StructMatrixCreate(MPI_COMM_WORLD, grid, stencil, &A);
    HYPRE_StructMatrixSetSymmetric(A, 1);
    HYPRE_StructMatrixInitialize(A);
    HYPRE_StructMatrixSetBoxValues(A, low, high, 4, entries, row);
    HYPRE_StructMatrixAssemble(A);
    free(row);
    HYPRE_StructVectorCreate(MPI_COMM_WORLD, grid, &B);
    HYPRE_StructVectorInitialize(B);
    HYPRE_StructVectorSetBoxValues(B, low, high, b);
    HYPRE_StructVectorAssemble(B);
    HYPRE_StructVectorCreate(MPI_COMM_WORLD, grid, &X);
    HYPRE_StructVectorInitialize(X);
    HYPRE_StructVectorSetBoxValues(X, low, high, p);
    HYPRE_StructVectorAssemble(X);

    HYPRE_StructSolver pcg, pfmg;
    HYPRE_StructPCGCreate(MPI_COMM_WORLD, &pcg);
    HYPRE_StructPCGSetTol(pcg, TOLERANCE);
    HYPRE_StructPCGSetTwoNorm(pcg, 1);
    HYPRE_StructPCGSetMaxIter(pcg, MOST_ITERATIONS);
    HYPRE_StructPFMGCreate(MPI_COMM_WORLD, &pfmg);
    HYPRE_StructPFMGSetMaxIter(pfmg, 1);
    HYPRE_StructPFMGSetTol(pfmg, 0.0);
    HYPRE_StructPFMGSetZeroGuess(pfmg);
    HYPRE_StructPFMGSetRelaxType(pfmg, relax);
    HYPRE_StructPFMGSetRAPType(pfmg, 0);
    HYPRE_StructPFMGSetNumPreRelax(pfmg, 1);
    HYPRE_StructPFMGSetNumPostRelax(pfmg, 1);
    HYPRE_StructPCGSetPrecond(pcg, HYPRE_StructPFMGSolve, HYPRE_StructPFMGSetup, pfmg);

    double start = cpu_s();
    HYPRE_StructPCGSetup(pcg, A, B, X);
    double setup = cpu_s() - start, solve = 0, residual = 1, last;
    int iterations = 0, rounds = 0;
    do {
        last = residual;
        start = cpu_s();
        HYPRE_StructPCGSolve(pcg, A, B, X);
        solve += cpu_s() - start;
        HYPRE_ClearAllErrors();
        int steps;
        HYPRE_StructPCGGetNumIterations(pcg, &steps);
        iterations += steps;
        HYPRE_StructVectorGetBoxValues(X, low, high, p);
        residual = true_residual(p, b);
    } while (++rounds < MOST_ROUNDS && residual > TOLERANCE && residual < 0.5 * last);
    double most = 0;
    for (size_t c = 0; c < cells; c++)
        if (p[c] > most) most = p[c];
    if (!isfinite(residual)) residual = 1e300;
    printf("{\"setup_s\": %.6f, \"solve_s\": %.6f, \"iterations\": %d, \"rounds\": %d, \"residual\": %.3e, "
           "\"p_max_pa\": %.10g, \"peak_mib\": %.1f}\n",
           setup, solve, iterations, rounds, residual, most, peak_mib());
    MPI_Finalize();
    return 0;
}
